select count(*) as violations_open from monitoring.violations where state = 'open'
