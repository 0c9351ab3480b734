"""The parameters of a connection, by the names that libpq gives them.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS and
https://www.postgresql.org/docs/current/libpq-envars.html
"""

from __future__ import annotations

SPACE = " \t\n\v\f\r"
"""What libpq takes for white space."""

VARIABLES = {
    "service": "PGSERVICE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "dbname": "PGDATABASE",
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "client_encoding": "PGCLIENTENCODING",
    "options": "PGOPTIONS",
    "application_name": "PGAPPNAME",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslcompression": "PGSSLCOMPRESSION",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcertmode": "PGSSLCERTMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL",
    "sslcrldir": "PGSSLCRLDIR",
    "sslsni": "PGSSLSNI",
    "requirepeer": "PGREQUIREPEER",
    "require_auth": "PGREQUIREAUTH",
    "min_protocol_version": "PGMINPROTOCOLVERSION",
    "max_protocol_version": "PGMAXPROTOCOLVERSION",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "gssencmode": "PGGSSENCMODE",
    "krbsrvname": "PGKRBSRVNAME",
    "gsslib": "PGGSSLIB",
    "gssdelegation": "PGGSSDELEGATION",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "load_balance_hosts": "PGLOADBALANCEHOSTS",
}
"""The parameters that have a variable of the environment, and its name."""

SESSION_VARIABLES = {"datestyle": "PGDATESTYLE", "timezone": "PGTZ", "geqo": "PGGEQO"}
"""Settings of the session that have a variable too."""

SERVICE_FILE_VARIABLE = "PGSERVICEFILE"
SYSTEM_FOLDER_VARIABLE = "PGSYSCONFDIR"

PARAMETERS = frozenset(VARIABLES) | {
    "fallback_application_name",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_issuer",
    "oauth_scope",
    "replication",
    "requiressl",
    "scram_client_key",
    "scram_server_key",
    "servicefile",
    "sslkeylogfile",
    "sslpassword",
    "tcp_user_timeout",
}
"""All that libpq knows."""

SECRETS = frozenset(
    {"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
)
"""Those that nobody is shown."""


def store(parameters: dict[str, str], name: str, text: str) -> None:
    """Set a parameter; the last one wins. What older versions called otherwise is translated."""
    if name == "requiressl":
        name, text = "sslmode", "require" if text.startswith("1") else "prefer"
    parameters[name] = text
