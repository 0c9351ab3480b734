"""The generator ``models``: a typed Python package from a catalog."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_codegen.render.functions import render_functions
from ferrule_codegen.render.models import render_model
from ferrule_codegen.render.objects import render_objects
from ferrule_codegen.render.package import render_package
from ferrule_codegen.render.plan import plan_package
from ferrule_codegen.render.queries import render_queries
from ferrule_core.plugins.contracts import GeneratedFile, GenerateRequest


class ModelsGenerator:
    """Renders each table and view as a model, with its relations, enums and typed arguments.

    Stored functions and procedures, and statements of files, become functions.
    """

    name = "models"

    def generate(self, request: GenerateRequest, /) -> Sequence[GeneratedFile]:
        """All files of the package, in order of path.

        Raises:
            GenerationError: A name that was wished for cannot be given.
        """
        package = plan_package(request)
        files = [
            *render_package(package),
            *render_objects(package),
            *render_functions(package),
            *render_queries(package),
            *(file for plan in package.models.values() for file in render_model(plan, package)),
        ]
        return sorted(files, key=lambda file: file.path)
