#!/bin/sh
# Make what docker-compose.yml keeps secret, once: passwords, keys, certificates, a file
# each, in the folder secrets/ (or BLOC_SECRETS_DIR). What is there stays as it is.
#
#   deploy/compose/make_secrets.sh       (PROXY_HOST=khoi.example.vn: for the certificate)
#
# A password that .env holds, as before, is taken over from there. The folder is closed to
# others; the files in it are not, since containers read them as users of their own.
set -eu
cd "$(dirname "$0")/../.."
umask 022
folder=${BLOC_SECRETS_DIR:-$(sed -n 's/^BLOC_SECRETS_DIR=//p' .env 2>/dev/null || true)}
folder=${folder:-secrets}
mkdir -p "$folder"
chmod 700 "$folder"

hex() { od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }
fernet() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }

keep() { # keep VARIABLE VALUE: as a file named like the variable, in small letters
    file=$folder/$(echo "$1" | tr '[:upper:]' '[:lower:]')
    [ ! -e "$file" ] || return 0
    given=$(sed -n "s/^$1=//p" .env 2>/dev/null | tail -1 || true)
    printf %s "${given:-$2}" >"$file"
    [ -z "$given" ] || echo "$1 is taken over: remove it from .env"
}

for name in BLOC_ADMIN_PASSWORD BLOC_OWNER_PASSWORD BLOC_INGEST_PASSWORD \
    BLOC_TRANSFORM_PASSWORD BLOC_BI_READER_PASSWORD AIRFLOW_DATABASE_PASSWORD \
    AIRFLOW_ADMIN_PASSWORD AIRFLOW_APPROVER_PASSWORD REDIS_PASSWORD \
    BLOC_SUPERSET_ADMIN_PASSWORD SUPERSET_DATABASE_PASSWORD SUPERSET_SECRET_KEY; do
    keep $name "$(hex 24)"
done
keep AIRFLOW_DATABASE_URL "postgresql+psycopg2://airflow:$(cat "$folder/airflow_database_password")@metadata:5432/airflow"
for name in AIRFLOW_SECRET_KEY AIRFLOW_JWT_SECRET; do
    # Airflow signs with HS512, which wants 64 bytes; a shorter key is not worth keeping
    value=$(sed -n "s/^$name=//p" .env 2>/dev/null | tail -1 || true)
    [ ${#value} -ge 64 ] || value=$(hex 64)
    file=$folder/$(echo $name | tr '[:upper:]' '[:lower:]')
    [ -e "$file" ] || printf %s "$value" >"$file"
done
keep AIRFLOW_FERNET_KEY "$(fernet)"
# the mail server's, and an object store's (as ~/.aws/credentials), where there is one
keep AIRFLOW_CONN_SMTP_DEFAULT ""
keep AWS_CREDENTIALS ""

certificate() { # certificate NAME SUBJECT-ALT-NAMES
    [ ! -e "$folder/$1_key" ] || return 0
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
        -subj "/CN=bloc-warehouse $1" -addext "subjectAltName=$2" \
        -keyout "$folder/$1_key" -out "$folder/$1_certificate" 2>/dev/null
    chmod 644 "$folder/$1_key"
}
certificate database DNS:warehouse,DNS:metadata,DNS:localhost,IP:127.0.0.1
certificate proxy "DNS:${PROXY_HOST:-$(hostname)},DNS:localhost,IP:127.0.0.1"
# whom clients of the databases trust: here the certificate itself
[ -e "$folder/certificate_authority" ] ||
    cp "$folder/database_certificate" "$folder/certificate_authority"
echo "the secrets are in $folder/: keep a copy where no backup of the data lies"
