namespace Atrium.Server.Hosting.Health;

/// <summary>Something that must be done before the hub is ready to be used.</summary>
internal interface IReadiness
{
    /// <summary>What is being waited for, in a few words; null when it is done.</summary>
    string? Waiting { get; }
}
