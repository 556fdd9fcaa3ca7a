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
RUN /opt/uv/bin/uv pip install --no-deps --no-build-isolation . ./src/bloc_samples


FROM python:3.13-slim-trixie

RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin bloc \
    && install -d -o bloc -g bloc -m 0750 /var/lib/bloc /var/lib/bloc/landing \
        /var/lib/bloc/superset \
        /var/lib/airflow /var/lib/airflow/logs
COPY --from=build /opt/venv /opt/venv
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
