namespace Todo.Backend.Security;

/// <summary>CORS: browsers may call the API from the pages of <c>CORS_ORIGINS</c>. The token is a header of the page's own, so cookies are never asked for.</summary>
internal static class CrossOrigin
{
    public static void AddCrossOrigin(this IServiceCollection services, BackendOptions options) => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
        .WithOrigins([.. options.Origins])
        .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
        .WithHeaders("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Mcp-Protocol-Version", "Mcp-Session-Id")
        .WithExposedHeaders("ETag", "Location", "Idempotency-Replayed", "Retry-After")
        .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
}
