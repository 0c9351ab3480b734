"""Django's models; they can be imported only when its settings are there."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Author(models.Model):
    name = models.TextField()

    class Meta:
        db_table, managed = "author", False


class Tag(models.Model):
    label = models.TextField(unique=True)

    class Meta:
        db_table, managed = "tag", False


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    title = models.TextField()
    subtitle = models.TextField(null=True)
    pages = models.IntegerField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    in_print = models.BooleanField()
    published_at = models.DateTimeField()
    sku = models.UUIDField()
    meta = models.JSONField()
    keywords = ArrayField(models.TextField())
    tags = models.ManyToManyField(Tag, through="BookTag")

    class Meta:
        db_table, managed = "book", False


class BookTag(models.Model):
    pk = models.CompositePrimaryKey("book_id", "tag_id")
    book = models.ForeignKey(Book, models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        db_table, managed = "book_tag", False
