"""People of the admin, by their permissions, and what they see."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from gallery_events.models import Image
from tests.factories import make_image


def make_user(name="anna", *permissions, **columns):
    """Return a member of the staff with these permissions, by their code names."""
    user = get_user_model().objects.create_user(name, is_staff=True, **columns)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def signed_in(user):
    """Return the browser of a user."""
    client = Client()
    client.force_login(user)
    return client


def address(row, page="change"):
    """Return where a page of a row is, or of a model."""
    model = row if isinstance(row, type) else type(row)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=None if row is model else [row.pk])


def words(answer):
    """Return the sentences that the admin said after a deed."""
    return [str(each) for each in answer.context["messages"]]


def named_image(name, model=Image, **columns):
    """Return a saved image whose file came with that name."""
    image = make_image(model, **columns)
    image.name = name
    image.save()
    return image
