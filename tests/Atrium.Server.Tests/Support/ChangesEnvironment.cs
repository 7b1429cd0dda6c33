namespace Atrium.Server.Tests.Support;

/// <summary>Tests that change this process's environment, which every server of another test would read: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChangesEnvironment
{
    public const string Name = "changes the environment";
}
