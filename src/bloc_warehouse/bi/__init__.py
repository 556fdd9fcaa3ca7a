"""Dashboards as code, and Superset on this machine that shows them.

``bi/assets`` describes datasets, charts and dashboards; from it comes the bundle that
Superset imports. Superset itself runs in an environment of its own, ``.venv-bi``, and
is never imported here.
"""
