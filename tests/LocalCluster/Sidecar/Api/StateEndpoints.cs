using System.Text.Json;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Publishing;
using LocalCluster.Sidecar.State;

namespace LocalCluster.Sidecar.Api;

/// <summary><c>/v1.0/state/{store}</c>.</summary>
internal sealed class StateEndpoints(ApiContext api)
{
    private static readonly string[] Verbs = ["POST", "PUT"];

    private delegate Task Call(HttpContext context, IStateStore store, StateKeys keys);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1.0/state/{store}", Verbs, With("set", SaveAsync));
        routes.MapMethods("/v1.0/state/{store}/bulk", Verbs, With("bulk_get", BulkGetAsync));
        routes.MapMethods("/v1.0/state/{store}/transaction", Verbs, With("transaction", TransactAsync));
        routes.MapGet("/v1.0/state/{store}/{key}", With("get", GetAsync));
        routes.MapDelete("/v1.0/state/{store}/{key}", With("delete", DeleteAsync));
    }

    private RequestDelegate With(string operation, Call call) => async context =>
    {
        var name = RequestBody.Route(context, "store");
        if (api.Components.Find(name) is not { Instance: IStateStore store } component)
        {
            var any = api.Components.Loaded.Any(loaded => loaded.Instance is IStateStore);
            await (any
                ? ApiError.WriteAsync(context, 400, "ERR_STATE_STORE_NOT_FOUND", $"state store {name} is not found")
                : ApiError.WriteAsync(context, 500, "ERR_STATE_STORE_NOT_CONFIGURED", "state store is not configured"));
            return;
        }

        var started = api.Time.GetTimestamp();
        try
        {
            await call(context, store, new StateKeys(component.KeyPrefix, api.Options, name));
        }
        catch (Exception error) when (error is JsonException or StateRequestException)
        {
            await ApiError.WriteAsync(context, 400, "ERR_MALFORMED_REQUEST", $"failed deserializing HTTP body: {error.Message}");
        }
        catch (StateException error)
        {
            await ApiError.WriteAsync(context, 500, "ERR_STATE_" + Verb(operation), $"failed {operation} in state store {name}: {error.Message}");
        }

        api.Metrics.StateCall(name, operation, context.Response.StatusCode < 300, api.Time.GetElapsedTime(started));
    };

    private static string Verb(string operation) => operation switch
    {
        "get" => "GET",
        "bulk_get" => "BULK_GET",
        "delete" => "DELETE",
        "transaction" => "TRANSACTION",
        _ => "SAVE",
    };

    private static async Task SaveAsync(HttpContext context, IStateStore store, StateKeys keys)
    {
        using var json = JsonDocument.Parse(await RequestBody.ReadAsync(context));
        if (json.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new StateRequestException("the body is not an array");
        }

        foreach (var write in json.RootElement.EnumerateArray().Select(item => StateRequests.Upsert(item, keys)).ToList())
        {
            var result = await store.WriteAsync(write, context.RequestAborted);
            if (result != StateWriteResult.Done)
            {
                await RefusedAsync(context, "ERR_STATE_SAVE", result);
                return;
            }
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task GetAsync(HttpContext context, IStateStore store, StateKeys keys)
    {
        var item = await store.GetAsync(keys.Full(RequestBody.Route(context, "key")), context.RequestAborted);
        if (item is null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        context.Response.ContentType = "application/json";
        // Without the quotes that HTTP asks for, as in Dapr; they are not taken off an If-Match either.
        context.Response.Headers.ETag = item.ETag;
        if (item.Expires is { } expires)
        {
            context.Response.Headers["metadata.ttlExpireTime"] = CloudEventEnvelope.Rfc3339(expires);
        }

        await context.Response.BodyWriter.WriteAsync(item.Value, context.RequestAborted);
    }

    private static async Task DeleteAsync(HttpContext context, IStateStore store, StateKeys keys)
    {
        var etag = context.Request.Headers.IfMatch.ToString();
        var write = new StateWrite(keys.Full(RequestBody.Route(context, "key")), null, etag.Length == 0 ? null : etag, false, null);
        var result = await store.WriteAsync(write, context.RequestAborted);
        if (result != StateWriteResult.Done)
        {
            await RefusedAsync(context, "ERR_STATE_DELETE", result);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task BulkGetAsync(HttpContext context, IStateStore store, StateKeys keys)
    {
        using var request = JsonDocument.Parse(await RequestBody.ReadAsync(context));
        var names = StateRequests.Keys(request.RootElement);
        var items = await Task.WhenAll(names.Select(name => store.GetAsync(keys.Full(name), context.RequestAborted)));
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        foreach (var (name, item) in names.Zip(items))
        {
            json.WriteStartObject();
            json.WriteString("key", name);
            if (item is not null)
            {
                json.WritePropertyName("data");
                json.WriteRawValue(item.Value, skipInputValidation: true);
                json.WriteString("etag", item.ETag);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Any failure of a transaction is 500, a wrong ETag too.</summary>
    private static async Task TransactAsync(HttpContext context, IStateStore store, StateKeys keys)
    {
        using var json = JsonDocument.Parse(await RequestBody.ReadAsync(context));
        var result = await store.TransactAsync(StateRequests.Operations(json.RootElement, keys), context.RequestAborted);
        if (result != StateWriteResult.Done)
        {
            await ApiError.WriteAsync(context, 500, "ERR_STATE_TRANSACTION", $"error while executing state transaction: {Reason(result)}");
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task RefusedAsync(HttpContext context, string code, StateWriteResult result) =>
        ApiError.WriteAsync(context, result == StateWriteResult.ETagMismatch ? 409 : 500, code, Reason(result));

    private static string Reason(StateWriteResult result) =>
        result == StateWriteResult.ETagMismatch ? "possible etag mismatch. error from state store" : "no item was updated";
}
