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
    AIRFLOW_ADMIN_PASSWORD AIRFLOW_APPROVER_PASSWORD \
    BLOC_SUPERSET_ADMIN_PASSWORD SUPERSET_DATABASE_PASSWORD SUPERSET_SECRET_KEY; do
    keep $name "$(hex 24)"
done
keep AIRFLOW_SECRET_KEY "$(hex 64)"
# HS512 wants a key of 64 bytes; a shorter one of before is not worth keeping
[ "$(sed -n 's/^AIRFLOW_JWT_SECRET=//p' .env 2>/dev/null | tr -d '\n' | wc -c)" -ge 64 ] ||
    [ -e "$folder/airflow_jwt_secret" ] || hex 64 >"$folder/airflow_jwt_secret"
keep AIRFLOW_JWT_SECRET ""
keep AIRFLOW_FERNET_KEY "$(fernet)"
keep AIRFLOW_CONN_SMTP_DEFAULT "" # the mail server's, where there is one

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
