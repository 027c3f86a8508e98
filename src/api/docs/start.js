// Shows the description of this very server. Nothing is asked of anybody else, and a token is forgotten with the page.
"use strict";
SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#documentation",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
