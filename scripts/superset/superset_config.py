"""Settings of a throw-away Superset on loopback: everybody who can reach it may look at everything."""

from pathlib import Path

SECRET_KEY = "a throw-away environment on loopback keeps no secrets"
SQLALCHEMY_DATABASE_URI = f"sqlite:///{Path(__file__).with_name('superset.db')}"
AUTH_ROLE_PUBLIC = "Admin"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
PREVENT_UNSAFE_DB_CONNECTIONS = False
