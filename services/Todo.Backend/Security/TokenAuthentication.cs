using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Todo.Backend.Security;

/// <summary>Bearer tokens as the sign-in service issues them: HS256 with a secret that both sides know.</summary>
internal static class TokenAuthentication
{
    public static void AddTokenAuthentication(this IServiceCollection services, string secret)
    {
        // AddAuthentication would bring data protection, which writes key files that a service without cookies has no use for.
        services.AddAuthenticationCore(options => options.DefaultScheme = JwtBearerDefaults.AuthenticationScheme);
        services.AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, NoSchemesInConfiguration>();
        new AuthenticationBuilder(services).AddJwtBearer(jwt =>
        {
            // Claims keep the names they have in the token.
            jwt.MapInboundClaims = false;
            jwt.TokenValidationParameters = new TokenValidationParameters
            {
                IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)),
                ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
                ValidateIssuer = false,
                ValidateAudience = false,
                RequireExpirationTime = true,
                ClockSkew = TimeSpan.FromSeconds(30),
            };
        });
        services.AddAuthorizationBuilder().AddDefaultPolicy("user", policy => policy.RequireAuthenticatedUser().RequireClaim("sub"));
    }

    /// <summary>All there is to configure is the secret.</summary>
    private sealed class NoSchemesInConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
