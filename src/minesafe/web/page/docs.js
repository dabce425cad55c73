// The bundled Swagger UI draws OpenAPI 3.1 but knows 3.0 by name only, so it is told 3.0.3.
fetch("/openapi.json")
  .then((answer) => answer.json())
  .then((spec) => SwaggerUIBundle({ spec: { ...spec, openapi: "3.0.3" }, dom_id: "#docs" }));
