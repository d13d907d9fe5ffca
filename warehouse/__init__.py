"""What readers get: the tables, their vintages, the publication, and the history that ships with the project."""
