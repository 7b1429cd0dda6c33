using System.Text.Json;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>Reads what a recognizer elsewhere answered.</summary>
internal static class ForeignAnswer
{
    /// <summary>A phrase is far shorter; sums of times within this cannot overflow.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <param name="body">The answer, JSON.</param>
    /// <param name="read">Takes what was heard out of it.</param>
    /// <param name="otherwise">What the caller hears where it is something else.</param>
    /// <exception cref="ApiException">502: the answer is no JSON, or not of the form that is read.</exception>
    public static T Read<T>(byte[] body, Func<JsonElement, T> read, string otherwise)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentException)
        {
            throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", otherwise);
        }
    }

    /// <exception cref="FormatException">It is null.</exception>
    public static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()?.Trim() ?? throw new FormatException($"'{name}' is null.");

    /// <exception cref="FormatException">It is no time within a phrase.</exception>
    public static TimeSpan Time(JsonElement item, string name, TimeSpan unit) =>
        unit * item.GetProperty(name).GetDouble() is var time && time >= TimeSpan.Zero && time <= Longest ? time : throw new FormatException($"'{name}' is no time within a phrase.");
}
