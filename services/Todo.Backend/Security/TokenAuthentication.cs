using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Todo.Backend.Security;

/// <summary>
/// Bearer tokens as the sign-in service issues them: HS256 with a secret that both sides know, and where <c>JWKS_URL</c> is set also those that are signed with one of its keys.
/// </summary>
internal static class TokenAuthentication
{
    private static readonly string[] PublicKeyAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void AddTokenAuthentication(this IServiceCollection services, BackendOptions options)
    {
        // AddAuthentication would bring data protection, which writes key files that a service without cookies has no use for.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = JwtBearerDefaults.AuthenticationScheme);
        services.AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, NoSchemesInConfiguration>();
        new AuthenticationBuilder(services).AddJwtBearer(jwt =>
        {
            // Claims keep the names they have in the token.
            jwt.MapInboundClaims = false;
            jwt.TokenValidationParameters = new TokenValidationParameters
            {
                IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.Secret)),
                ValidAlgorithms = options.Jwks is null ? [SecurityAlgorithms.HmacSha256] : [SecurityAlgorithms.HmacSha256, .. PublicKeyAlgorithms],
                ValidateIssuer = options.Issuer is not null,
                ValidIssuer = options.Issuer,
                ValidateAudience = options.Audience is not null,
                ValidAudience = options.Audience,
                RequireExpirationTime = true,
                ClockSkew = TimeSpan.FromSeconds(30),
            };
            if (options.Jwks is { } address)
            {
                // Read at the first token that needs it, and again when a token names a key that is not there yet.
                jwt.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                    address.ToString(), new JwksRetriever(), new HttpDocumentRetriever { RequireHttps = address.Scheme == Uri.UriSchemeHttps });
            }
        });
        services.AddAuthorizationBuilder().AddDefaultPolicy("user", policy => policy.RequireAuthenticatedUser().RequireClaim("sub"));
    }

    /// <summary>All there is to configure is the secret.</summary>
    private sealed class NoSchemesInConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
