using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Reviews;

/// <summary>
/// Answers questions about identity and rights. Whoever has a token may do everything here: RBAC objects are stored, not enforced.
/// </summary>
internal sealed class ReviewHandler(Cluster cluster)
{
    public async Task HandleAsync(RequestContext context, string verb)
    {
        if (verb != "create")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var body = await BodyReader.ReadObjectAsync(context);
        body["apiVersion"] = context.Resource.Type.ApiVersion;
        body["kind"] = context.Resource.Type.Kind;
        body.Ensure("metadata");
        body["status"] = context.Resource.Type.Kind switch
        {
            "TokenReview" => Token(body.TextAt("spec", "token")),
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = User(context.User) },
            "SelfSubjectRulesReview" => AllRules(),
            _ => new JsonObject { ["allowed"] = true, ["reason"] = "every authenticated user may do everything in a local cluster" },
        };
        await Answers.WriteAsync(context.Http, 201, body);
    }

    private JsonObject Token(string? token)
    {
        var known = cluster.Options.Tokens.FirstOrDefault(t => t.Token == token);
        return known is null
            ? new JsonObject { ["authenticated"] = false, ["error"] = "unknown token" }
            : new JsonObject { ["authenticated"] = true, ["user"] = User(known.User) };
    }

    private static JsonObject User(string name) => new() { ["username"] = name, ["groups"] = new JsonArray("system:masters", "system:authenticated") };

    private static JsonObject AllRules() => new()
    {
        ["resourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*") }),
        ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["nonResourceURLs"] = new JsonArray("*") }),
        ["incomplete"] = false,
    };
}
