using System.Diagnostics;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LocalCluster.ApiServer.Http;

/// <summary>Every request's way: token, faults, the work, and whatever goes wrong as a Status body; recorded at the end.</summary>
internal sealed partial class RequestPipeline(
    Cluster cluster, RequestRouter router, RequestLog log, ILogger<RequestPipeline> logger, CancellationToken stopping)
{
    private readonly Dictionary<string, string> _users = cluster.Options.Tokens.ToDictionary(t => t.Token, t => t.User, StringComparer.Ordinal);

    /// <summary>Decides how to misbehave; null: never.</summary>
    public FaultHook? Faults { get; set; }

    public async Task HandleAsync(HttpContext http)
    {
        var started = cluster.Time.GetTimestamp();
        var info = RequestInfo.Parse(http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0]);
        var verb = RequestVerb.Of(http.Request, info);
        var user = "";
        var isCut = false;
        if (verb == "watch")
        {
            // A watch lasts: counted when it begins.
            http.Response.OnStarting(() =>
            {
                Record(http, info, verb, user, started, http.Response.StatusCode);
                return Task.CompletedTask;
            });
        }

        try
        {
            user = User(http) ?? (IsPublic(http.Request.Path) ? "system:anonymous" : throw ApiErrors.Unauthorized());
            var fault = Faults?.Invoke(Describe(http, info, verb, user));
            isCut = await MisbehaveAsync(http, fault);
            if (!isCut)
            {
                await router.HandleAsync(http, info, verb, user, fault, stopping);
            }
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has left: nobody to answer.
            isCut = true;
        }
        catch (Exception error)
        {
            await AnswerAsync(http, error);
        }

        if (verb != "watch" || !http.Response.HasStarted)
        {
            Record(http, info, verb, user, started, isCut ? 0 : http.Response.StatusCode);
        }
    }

    private async Task AnswerAsync(HttpContext http, Exception error)
    {
        if (http.Response.HasStarted)
        {
            LogFailed(http.Request.Path, error);
            http.Abort();
            return;
        }

        if (error is not ApiException refusal)
        {
            LogFailed(http.Request.Path, error);
            refusal = new ApiException(500, "InternalError", $"Internal error occurred: {error.Message}");
        }

        await Answers.WriteAsync(http, refusal);
    }

    private async Task<bool> MisbehaveAsync(HttpContext http, Fault? fault)
    {
        if (fault is null)
        {
            return false;
        }

        if (fault.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay, cluster.Time, http.RequestAborted);
        }

        if (fault.CutBefore)
        {
            http.Abort();
            return true;
        }

        if (fault.CutAfterCommit)
        {
            // The answer goes nowhere: the connection breaks when it would start.
            http.Response.OnStarting(() =>
            {
                http.Abort();
                return Task.CompletedTask;
            });
        }

        return fault.Status is { } code
            ? throw new ApiException(code, fault.Reason ?? FaultReasons.Of(code), $"injected fault: {code}")
            : false;
    }

    private static bool IsPublic(PathString path) => path.Value is "/healthz" or "/readyz" or "/livez" or "/version";

    private string? User(HttpContext http)
    {
        const string Scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? _users.GetValueOrDefault(header[Scheme.Length..].Trim()) : null;
    }

    private void Record(HttpContext http, RequestInfo? info, string verb, string user, long started, int code) =>
        log.Add(new RequestRecord(
            cluster.Time.GetUtcNow(), Agent(http), user, verb, Resource(info), info?.Namespace, info?.Name, info?.Subresource,
            http.Request.Path + http.Request.QueryString, http.Request.Query["dryRun"] == "All", code, cluster.Time.GetElapsedTime(started)));

    private static FaultRequest Describe(HttpContext http, RequestInfo? info, string verb, string user) =>
        new(Agent(http), user, verb, Resource(info), info?.Namespace, info?.Name, info?.Subresource, http.Request.Path);

    private static string Resource(RequestInfo? info) =>
        info is null ? "" : info.Group.Length == 0 ? info.Resource : $"{info.Resource}.{info.Group}";

    private static string Agent(HttpContext http) => http.Request.Headers.UserAgent.ToString().Split(' ', '/')[0];

    [LoggerMessage(LogLevel.Error, "request to {Path} failed")]
    private partial void LogFailed(string path, Exception error);
}
