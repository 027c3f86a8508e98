// The interactive description of the API: it opens under its strict policy, and shows every group of operations.

export async function documentationJourney({ browser, town, checks }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = [];
  const asked = new Set();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  await page.goto(`${town.url}/docs`);
  await page.locator(".opblock-tag").first().waitFor();
  const description = await (await fetch(`${town.url}/v1/openapi.json`)).json();
  const tags = await page.locator(".opblock-tag").count();
  checks.that("documentation: every group of operations is there", tags === description.tags.length, `${tags} groups`);
  await page.locator(".opblock-tag").first().click();
  await page.locator(".opblock-summary").first().click();
  await page.locator(".opblock-body").first().waitFor();
  checks.that("documentation: an operation opens", await page.locator(".responses-wrapper").first().isVisible());
  checks.that("documentation: nothing breaks its policy", complaints.length === 0, complaints.join("\n"));
  const own = [...asked].every((origin) => origin === town.url || origin === "null");
  checks.that("documentation: no other server is asked", own, [...asked].join(" "));
  await context.close();
}
