using System.Net;
using Todo.Contracts.Payloads;

namespace Todo.EmailDelivery.Content;

/// <summary>The HTML alternative: one column, readable on a phone, no image and no link. Every value is encoded.</summary>
internal static class HtmlBody
{
    public static string Of(Reminder reminder, string due) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Reminder</title></head>
        <body style="margin:0;padding:24px 12px;background:#f4f5f7;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1f2933">
        <div style="max-width:520px;margin:0 auto;padding:24px;background:#ffffff;border-radius:10px;border-left:6px solid {ColourOf(reminder.Priority)}">
        <p style="margin:0 0 4px;font-size:13px;color:#616e7c">Due soon</p>
        <h1 style="margin:0 0 16px;font-size:21px;line-height:1.3;overflow-wrap:anywhere">{WebUtility.HtmlEncode(reminder.Title)}</h1>
        {Description(reminder.Description)}<p style="margin:0 0 6px;font-size:15px"><strong>{WebUtility.HtmlEncode(due)}</strong></p>
        <p style="margin:0;font-size:15px">Priority: <span style="color:{ColourOf(reminder.Priority)};font-weight:600">{WebUtility.HtmlEncode(reminder.Priority)}</span></p>
        </div>
        <p style="max-width:520px;margin:16px auto 0;font-size:12px;color:#616e7c">You get this mail because the task is due soon and still open.</p>
        </body>
        </html>
        """;

    private static string Description(string? description) => description is null
        ? ""
        : $"<p style=\"margin:0 0 16px;font-size:15px;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere\">{WebUtility.HtmlEncode(description)}</p>\n";

    private static string ColourOf(string priority) => priority switch
    {
        "urgent" => "#dc2626",
        "high" => "#ea580c",
        "medium" => "#ca8a04",
        "low" => "#16a34a",
        _ => "#6b7280",
    };
}
