# One role and one database per service, each closed to the others. The image's entrypoint reads this once, when the data
# folder is new; compose.yaml mounts the same file. ROLE_PASSWORDS_DIR holds one file per role, named like it.
superuser() {
    PGPASSWORD=$(cat "$ROLE_PASSWORDS_DIR/postgres") \
        psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres "$@"
}

create_database() {
    # Through the environment: a command line can be read by every process of the pod.
    export SERVICE_PASSWORD
    SERVICE_PASSWORD=$(cat "$ROLE_PASSWORDS_DIR/$1")
    superuser --set=role="$1" <<'SQL'
\getenv password SERVICE_PASSWORD
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE CONNECT, TEMPORARY ON DATABASE :"role" FROM PUBLIC;
SQL
    unset SERVICE_PASSWORD
}

for service_role in student_registry credit_bank guidance indicators; do
    create_database "$service_role"
done
superuser --command='REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC'
