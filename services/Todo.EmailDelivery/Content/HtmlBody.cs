using System.Net;
using Todo.Contracts.Payloads;

namespace Todo.EmailDelivery.Content;

/// <summary>
/// The HTML alternative: one column that a phone shows without zooming, dark where the reader's program is, no image. Every value is encoded. Styles are on the elements, because some programs
/// drop style sheets; only what darkness changes is in one.
/// </summary>
internal static class HtmlBody
{
    private const string Font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

    public static string Of(Reminder reminder, string due, Uri unsubscribe) => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Reminder</title>
        <style>
        @media (prefers-color-scheme: dark) {
        .page { background: #111827 !important }
        .card { background: #1f2937 !important }
        .main { color: #f9fafb !important }
        .soft { color: #9ca3af !important }
        .when { background: #374151 !important }
        }
        </style>
        </head>
        <body class="page" style="margin:0;padding:0;background:#f3f4f6">
        <div style="display:none;max-height:0;overflow:hidden">{{DueText.LabelOf(reminder)}} {{Encode(due)}}</div>
        <div class="page" style="padding:20px 12px;background:#f3f4f6;{{Font}}">
        <div class="card" style="max-width:480px;margin:0 auto;background:#ffffff;border-radius:12px;border-top:6px solid {{ColourOf(reminder.Priority)}};padding:20px">
        <p class="soft" style="margin:0 0 6px;font-size:14px;line-height:1.4;color:#6b7280">Reminder · {{Encode(reminder.Priority)}} priority</p>
        <h1 class="main" style="margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:700;color:#111827;overflow-wrap:anywhere;word-break:break-word">{{Encode(reminder.Title)}}</h1>
        <p class="when main" style="margin:0 0 16px;padding:12px 14px;border-radius:8px;background:#f3f4f6;font-size:16px;line-height:1.4;font-weight:600;color:#111827">{{DueText.LabelOf(reminder)}} {{Encode(due)}}</p>
        {{Description(reminder.Description)}}<p class="soft" style="margin:0;font-size:14px;line-height:1.4;color:#6b7280">The task is still open.</p>
        </div>
        <p class="soft" style="max-width:480px;margin:16px auto 0;text-align:center;font-size:13px;line-height:1.5;color:#6b7280"><a class="soft" href="{{Encode(unsubscribe.AbsoluteUri)}}" style="color:#6b7280">No more of these mails</a></p>
        </div>
        </body>
        </html>
        """;

    private static string Description(string? description) => description is null
        ? ""
        : $"""<p class="main" style="margin:0 0 16px;font-size:16px;line-height:1.5;color:#111827;white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word">{Encode(description)}</p>"""
            + "\n";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string ColourOf(string priority) => priority switch
    {
        "urgent" => "#dc2626",
        "high" => "#ea580c",
        "medium" => "#ca8a04",
        "low" => "#16a34a",
        _ => "#6b7280",
    };
}
