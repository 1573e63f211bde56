from django.db import migrations

from audit.guard import GuardTrail


class Migration(migrations.Migration):

    dependencies = [
        ('gallery_audit', '0001_initial'),
    ]

    operations = [
        GuardTrail(),
    ]
