#!/bin/bash
# Tell whether a service of Airflow is well: health.sh api-server|scheduler|dag_processor|triggerer
#
# Costs a bash and one request: no Python is started. The API server speaks for itself. Of
# the others it says when they last showed life; while it is silent, or has no database,
# it says nothing about them, and neither does this.

ask() { # ask HOST PATH: print the answer's status and body
    exec 3<>"/dev/tcp/$1/8080" || return
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$2" "$1" >&3
    timeout 10 cat <&3
} 2>/dev/null

case $1 in
    api-server) [[ $(ask "${2:-127.0.0.1}" /api/v2/version) == "HTTP/1."?" 200 "* ]] ;;
    *)
        report=$(ask api-server /api/v2/monitor/health)
        [[ $report != *'"metadatabase":{"status":"healthy"}'* ||
            $report == *"\"$1\":{\"status\":\"healthy\""* ]]
        ;;
esac
