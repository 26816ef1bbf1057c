using System.Globalization;
using System.Threading.RateLimiting;
using Todo.Backend.Http;

namespace Todo.Backend.Security;

/// <summary>
/// Limits each user at this pod by a token bucket: one user's flood leaves the others alone. Routes ask for it with <see cref="Policy"/>.
/// </summary>
internal static class RateLimit
{
    public const string Policy = "user";

    public static void AddRateLimit(this IServiceCollection services, BackendOptions options) => services.AddRateLimiter(limiter =>
    {
        limiter.OnRejected = RejectAsync;
        limiter.AddPolicy(Policy, context => context.User.FindFirst("sub")?.Value is { } user && options.RequestsPerSecond > 0
            ? RateLimitPartition.GetTokenBucketLimiter(user, _ => BucketOf(options))
            : RateLimitPartition.GetNoLimiter(""));
    });

    // One at a time, so that a limit is a pace and not a stop for a whole second.
    private static TokenBucketRateLimiterOptions BucketOf(BackendOptions options) => new()
    {
        TokenLimit = options.Burst,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1) / options.RequestsPerSecond,
        QueueLimit = 0,
    };

    private static async ValueTask RejectAsync(Microsoft.AspNetCore.RateLimiting.OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        rejected.HttpContext.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await Answer.Of(Problem.Of(StatusCodes.Status429TooManyRequests, "Too many requests. Wait as long as Retry-After says, and repeat with the same Idempotency-Key."))
            .WriteAsync(rejected.HttpContext);
    }
}
