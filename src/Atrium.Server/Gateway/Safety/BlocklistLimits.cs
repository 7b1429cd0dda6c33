namespace Atrium.Server.Gateway.Safety;

/// <summary>As published, but for the last three, which are ours.</summary>
internal static class BlocklistLimits
{
    public const int NameCharacters = 64;
    public const int DescriptionCharacters = 1024;

    /// <summary>Code points.</summary>
    public const int ItemCharacters = 128;

    public const int ItemsInCall = 100;

    /// <summary>In all lists of an account or a project together.</summary>
    public const int Items = 10_000;

    /// <summary>Of an account or a project. Bounds what one text can cost.</summary>
    public const int Patterns = 100;

    public const int Lists = 1000;

    public const int LargestPage = 1000;
}
