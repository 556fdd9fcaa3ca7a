# Everything is installed from hashed locks; uv stays in the first stage.
FROM python:3.13-slim-trixie AS build

ENV PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=/opt/venv
WORKDIR /opt/bloc-warehouse
COPY requirements-uv.lock requirements-image.lock ./
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install --quiet --require-hashes -r requirements-uv.lock \
    && python -m venv --without-pip /opt/venv \
    && /opt/uv/bin/uv pip install --require-hashes -r requirements-image.lock
COPY pyproject.toml README.md ./
COPY scripts/hatch_build.py scripts/
COPY bi bi
COPY dags dags
COPY dbt_project dbt_project
COPY expectations expectations
COPY src src
# what these bring to test themselves is 90 MB that nothing here reads
RUN /opt/uv/bin/uv pip install --no-deps --no-build-isolation . ./src/bloc_samples \
    && cd /opt/venv/lib/python3.13/site-packages \
    && find networkx numpy pandas pyarrow scipy -depth -type d -name tests -exec rm -r {} + \
    && cd bloc_warehouse/_project/dbt_project \
    && DO_NOT_TRACK=1 /opt/venv/bin/dbt parse --no-write-json --log-path /tmp/dbt


FROM python:3.13-slim-trixie

# pg_dump and pg_restore, for `bloc backup` and `bloc restore`
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
# What is written is the root group's, so that any user may be told to run it: whoever
# owns the folders that are mounted
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin bloc \
    && install -d -o bloc -g root -m 0770 /var/lib/bloc /var/lib/bloc/landing \
        /var/lib/bloc/superset /var/lib/airflow /var/lib/airflow/logs \
        /office/archive /office/backups /office/outbox /office/reference /office/reports
COPY --from=build /opt/venv /opt/venv
COPY deploy/compose/health.sh /usr/local/bin/airflow-health
# a short name for what the wheel carries: dags/, dbt_project/, expectations/
RUN ln -s "$(/opt/venv/bin/python -c \
        'from bloc_warehouse.project import project_root; print(project_root())')" \
        /opt/bloc-warehouse
WORKDIR /var/lib/bloc

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/var/lib/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/bloc-warehouse/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    BLOC_PROJECT_DIR=/opt/bloc-warehouse \
    BLOC_DATA_DIR=/var/lib/bloc \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false \
    DO_NOT_TRACK=1 \
    GX_ANALYTICS_ENABLED=false \
    SCARF_NO_ANALYTICS=true

USER bloc
CMD ["bloc", "--help"]
