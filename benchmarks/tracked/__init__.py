"""An app that is installed only where django-pghistory is."""
