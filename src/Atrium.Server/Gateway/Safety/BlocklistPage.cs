namespace Atrium.Server.Gateway.Safety;

/// <summary>Which items are wanted.</summary>
/// <param name="Top">How many over all pages; null for all.</param>
/// <param name="Skip">How many of the first page's beginning are left out.</param>
/// <param name="Size">Of a page, at most.</param>
/// <param name="After">The item before the page; null for the first page.</param>
internal sealed record BlocklistPage(int? Top, int Skip, int Size, string? After)
{
    public const string TokenName = "skiptoken";

    public int Take => Math.Min(Top ?? int.MaxValue, Size);

    /// <summary>The query of the page behind this one; null where no more is wanted.</summary>
    public string? NextQuery(string apiVersion, string last)
    {
        var left = Top - Take;
        return left == 0 ? null : $"?api-version={apiVersion}&maxpagesize={Size}{(left is null ? "" : $"&top={left}")}&{TokenName}={last}";
    }
}
