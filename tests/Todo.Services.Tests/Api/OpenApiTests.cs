using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Todo.Backend.Labels;
using Todo.Backend.OpenApi;
using Todo.Backend.Tasks;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>The OpenAPI document, against the routes and the readers that it describes.</summary>
[Collection(nameof(Platform))]
public sealed class OpenApiTests(Platform platform)
{
    [Fact]
    public async Task Every_route_is_described_and_nothing_else()
    {
        var document = await DocumentAsync();
        Assert.StartsWith("3.", (string?)document["openapi"], StringComparison.Ordinal);
        Assert.Equal(["bearer"], document["components"]!["securitySchemes"]!.AsObject().Select(x => x.Key));
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(x => (Path: path.Key, Method: x.Key, Operation: x.Value!.AsObject()))).ToList();
        var routes = await ApiRoutesOf.BackendAsync();
        Assert.Equal(
            routes.Select(r => $"{r.Method} {r.Pattern.Replace(":long", "", StringComparison.Ordinal)}").Order(StringComparer.Ordinal),
            operations.Select(o => $"{o.Method.ToUpperInvariant()} {o.Path}").Order(StringComparer.Ordinal));

        Assert.All(operations, x =>
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)x.Operation["summary"]));
            var inPath = Parameters(x.Operation, "path").Order();
            Assert.Equal(x.Path.Split('/').Where(p => p.StartsWith('{')).Select(p => p.Trim('{', '}')).Order(), inPath);
            var answers = x.Operation["responses"]!.AsObject().Select(r => r.Key).ToList();
            Assert.Superset(new HashSet<string> { "401", "429", "503" }, new HashSet<string>(answers));
            Assert.Contains(answers, status => status[0] == '2');
            Assert.Equal(inPath.Any(), answers.Contains("404"));
            Assert.Equal(x.Method != "get", Parameters(x.Operation, "header").Contains("Idempotency-Key"));
            Assert.All(x.Operation["responses"]!.AsObject(), r => Assert.True(r.Key is "204" || Form(document, r.Value!) is { Count: > 0 }, $"{x.Method} {x.Path} {r.Key}"));
        });
        Assert.Equal(operations.Count, operations.Select(x => (string?)x.Operation["operationId"]).Distinct().Count());
    }

    [Fact]
    public async Task What_is_answered_has_the_fields_that_are_described()
    {
        var document = await DocumentAsync();
        var user = platform.NewUser();
        var task = await user.JsonAsync(HttpMethod.Post, "api/v1/tasks", new { title = "x" });
        var tag = await user.JsonAsync(HttpMethod.Post, "api/v1/tags", new { name = "x" });
        Assert.Equal(Names(task), Names(Form(document, "/api/v1/tasks", "post", "201")["properties"]!.AsObject()));
        Assert.Equal(Names(tag).Append("taskCount").Order(), Names(Form(document, "/api/v1/tags", "post", "201")["properties"]!.AsObject()));
        Assert.Equal(["low", "medium", "high", "urgent"], Form(document, "/api/v1/tasks", "post", "201")["properties"]!["priority"]!["enum"]!.AsArray().Select(x => (string?)x));
        Assert.Equal("integer", (string?)Form(document, "/api/v1/tasks", "post", "201")["properties"]!["id"]!["type"]);
        Assert.Equal(["items"], Form(document, "/api/v1/tasks", "get", "200")["required"]!.AsArray().Select(x => (string?)x));
        Assert.Equal(["items", "nextCursor"], Names(Form(document, "/api/v1/tasks/search", "get", "200")["properties"]!.AsObject()));
    }

    [Theory]
    [InlineData(typeof(NewTask))]
    [InlineData(typeof(TaskPatch))]
    [InlineData(typeof(NewLabel))]
    [InlineData(typeof(LabelPatch))]
    public void Every_described_field_of_a_body_is_read(Type form)
    {
        foreach (var property in form.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { [name] = new JsonObject() });
            IReadOnlyDictionary<string, string[]> errors;
            _ = form.Name.EndsWith("Label", StringComparison.Ordinal) || form.Name.StartsWith("Label", StringComparison.Ordinal)
                ? (object)LabelInputReader.Read(LabelKind.Tag, body, isNew: false, out errors)
                : TaskInputReader.Read(body, isNew: false, out errors);
            // An object is never right, so there is an error; it must not be that the field is unknown.
            Assert.DoesNotContain("no such field", Assert.Single(errors[name]), StringComparison.Ordinal);
        }
    }

    private async Task<JsonObject> DocumentAsync() => (await platform.Backend.Http.GetFromJsonAsync<JsonObject>("openapi/v1.json"))!;

    private static IEnumerable<string> Parameters(JsonObject operation, string place) =>
        (operation["parameters"]?.AsArray() ?? []).Where(p => (string?)p!["in"] == place).Select(p => (string)p!["name"]!);

    private static JsonObject Form(JsonObject document, string path, string method, string status) => Form(document, document["paths"]![path]![method]!["responses"]![status]!);

    /// <summary>The schema of a response, wherever in the document it is.</summary>
    private static JsonObject Form(JsonObject document, JsonNode response)
    {
        var schema = response["content"]!.AsObject().Single().Value!["schema"]!.AsObject();
        return schema["$ref"] is { } reference ? document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!.AsObject() : schema;
    }

    private static IEnumerable<string> Names(JsonObject value) => value.Select(x => x.Key).Order();
}
