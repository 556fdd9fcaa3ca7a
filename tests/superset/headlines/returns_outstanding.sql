select count(*) as returns_outstanding
from marts.fct_returns where is_expected and is_due and state <> 'accepted'
