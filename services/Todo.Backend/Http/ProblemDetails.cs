using Microsoft.AspNetCore.Diagnostics;
using Todo.Messaging.Schema;

namespace Todo.Backend.Http;

/// <summary>Gives every error without a body, and every exception, the form of <see cref="Problem"/>.</summary>
internal static class ProblemDetails
{
    public static void UseProblemDetails(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerExceptionAsync,
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
        });
        app.UseStatusCodePages(pages => AnswerStatusAsync(pages.HttpContext, pages.HttpContext.Response.StatusCode));
    }

    private static Task AnswerExceptionAsync(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var status = error switch
        {
            BadHttpRequestException e => e.StatusCode,
            _ when DatabaseErrors.IsTransient(error) => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return AnswerStatusAsync(context, status);
    }

    private static Task AnswerStatusAsync(HttpContext context, int status) => Answer.Of(Problem.Of(status, DetailOf(status))).WriteAsync(context);

    private static string? DetailOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "A valid bearer token with a subject is needed.",
        StatusCodes.Status413PayloadTooLarge => $"A body has at most {RequestBody.MaxBytes} bytes.",
        StatusCodes.Status415UnsupportedMediaType => "Send application/json.",
        StatusCodes.Status503ServiceUnavailable => "The database does not answer. Repeat the request with the same Idempotency-Key.",
        _ => null,
    };
}
