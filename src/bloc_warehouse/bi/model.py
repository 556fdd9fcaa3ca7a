"""The files of ``bi/assets``: what a dataset, a chart and a dashboard may say.

An asset is called by its file's name. Fields are Superset's own where it has them;
what Superset would have written twice (uuids, positions on a grid, queries beside the
settings of a chart, columns beside the contract of the table) is derived.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bloc_warehouse.yaml_files import Entry

GRID_COLUMNS = 12

Width = Annotated[int, Field(ge=1, le=GRID_COLUMNS)]
Height = Annotated[int, Field(ge=6, le=200)]
Operator = Literal[
    "==", "!=", ">", "<", ">=", "<=", "IN", "NOT IN", "IS NULL", "IS NOT NULL",
    "TEMPORAL_RANGE",
]  # fmt: skip


class Database(Entry):
    """A connection; ``$WAREHOUSE_URI`` is filled in where Superset is installed."""

    database_name: str
    sqlalchemy_uri: str
    expose_in_sqllab: bool
    allow_dml: bool
    allow_ctas: bool
    allow_cvas: bool
    allow_run_async: bool


class Metric(Entry):
    """A figure of a dataset, defined here and used by its name in charts."""

    metric_name: str
    verbose_name: str
    """In Vietnamese, as charts show it."""
    description: str = ""
    """In English."""
    expression: str
    """An aggregate, in SQL."""
    d3format: str | None = None


class CalculatedColumn(Entry):
    """A column that the relation lacks."""

    column_name: str
    verbose_name: str
    expression: str
    """In SQL, without an aggregate."""
    description: str = ""


class DeclaredColumn(Entry):
    """A column of a relation that dbt does not make."""

    column_name: str
    data_type: str
    """PostgreSQL's."""
    verbose_name: str
    """In Vietnamese."""


class Dataset(Entry):
    """A relation: its columns are those of dbt's contract, or declared here."""

    description: str
    relation_schema: Literal["marts", "monitoring"] = Field("marts", alias="schema")
    columns: tuple[DeclaredColumn, ...] = ()
    """Those of a relation of ``monitoring``."""
    main_dttm_col: str | None = None
    """The date to chart by."""
    calculated_columns: tuple[CalculatedColumn, ...] = ()
    metrics: tuple[Metric, ...]

    @model_validator(mode="after")
    def _declares_what_dbt_does_not(self) -> Self:
        if bool(self.columns) == (self.relation_schema == "marts"):
            raise ValueError(
                "columns must be declared of a relation of monitoring, and of no other"
            )
        return self


class ChartFilter(Entry):
    """A condition that a chart always has."""

    column: str
    operator: Operator
    value: Any = None


class Chart(Entry):
    """A chart: Superset's own ``viz_type`` and ``params``, over one dataset."""

    slice_name: str
    """In Vietnamese."""
    description: str
    """In English."""
    dataset: str
    viz_type: str
    filters: tuple[ChartFilter, ...] = ()
    params: dict[str, Any]


class Filter(Entry):
    """A filter of a dashboard; it reaches every chart whose dataset has the column."""

    name: str
    description: str = ""
    dataset: str
    column: str
    multiple: bool = True
    default: tuple[Any, ...] = ()
    required: bool = False
    first_by_default: bool = False
    """Whether its first value is chosen until somebody chooses another."""
    sort_descending: bool = False
    depends_on: tuple[str, ...] = ()
    """Names of filters that narrow this one's choices."""


class Item(Entry):
    """What stands in a row: a chart, or a text in Markdown."""

    chart: str | None = None
    text: str | None = None
    width: Width | None = None
    """Of twelve columns; those without one share what is left."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.chart is None) == (self.text is None):
            raise ValueError("must be either a chart or a text")
        return self


class Row(Entry):
    """Items side by side."""

    height: Height
    """In steps of the grid, of eight pixels."""
    items: tuple[Item, ...]


class Tab(Entry):
    """Rows behind a title."""

    title: str
    rows: tuple[Row, ...]


class Colors(Entry):
    """Which colours charts have: those that stand for something, and the others."""

    scheme: str
    """Of ``EXTRA_CATEGORICAL_COLOR_SCHEMES`` in ``superset_config.py``."""
    labels: dict[str, Annotated[str, Field(pattern="^#[0-9A-F]{6}$")]]
    """By what a legend says."""


class Dashboard(Entry):
    """A dashboard; its slug is the file's name."""

    dashboard_title: str
    """In Vietnamese."""
    description: str
    """In English."""
    order: int
    """Its place among the dashboards, in the links that stand above each."""
    filters: tuple[Filter, ...] = ()
    rows: tuple[Row, ...] = ()
    tabs: tuple[Tab, ...] = ()
    css: str = ""

    @model_validator(mode="after")
    def _has_one_body(self) -> Self:
        if bool(self.rows) == bool(self.tabs):
            raise ValueError("must have either rows or tabs")
        return self

    def all_rows(self) -> tuple[Row, ...]:
        """Return the rows of all tabs."""
        return self.rows or tuple(row for tab in self.tabs for row in tab.rows)
