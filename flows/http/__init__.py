"""HTTP: the client, one exchange with a server, and the errors that say why a request brought nothing."""
