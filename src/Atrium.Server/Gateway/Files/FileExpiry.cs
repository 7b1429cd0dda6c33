using Atrium.Contracts;

namespace Atrium.Server.Gateway.Files;

/// <summary>How long a file is kept (OpenAI: <c>expires_after</c>, <c>output_expires_after</c>). Pure.</summary>
internal static class FileExpiry
{
    private const int Least = 3600;
    private const int Most = 2_592_000;

    /// <summary>The time from when the file is made; null with a problem where the values are none.</summary>
    /// <param name="target">The field that they stand in.</param>
    /// <param name="anchor">What the time is reckoned from; <c>created_at</c>.</param>
    /// <param name="seconds">How long; null where it is no whole number.</param>
    /// <param name="problems">Gets the mistake.</param>
    public static TimeSpan? Read(string target, string? anchor, int? seconds, List<Problem> problems)
    {
        if (anchor is "created_at" && seconds is >= Least and <= Most)
        {
            return TimeSpan.FromSeconds(seconds.Value);
        }

        problems.Add(new(target, $"'{target}' must have anchor created_at and {Least} to {Most} seconds."));
        return null;
    }
}
