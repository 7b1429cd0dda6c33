namespace Atrium.Persistence.Tests;

/// <summary>Things to write, with what a test does not care about filled in.</summary>
internal static class Some
{
    public const string Type = "test.provider/things";

    public static readonly DateTimeOffset Time = new(2026, 11, 23, 18, 0, 0, TimeSpan.Zero);

    public static StoredResource Resource(string key, string body = "{}", string type = Type, string? link = null, DateTimeOffset? purgeAt = null) =>
        new() { Key = key, Id = key.ToUpperInvariant(), Type = type, Body = body, Link = link, PurgeAt = purgeAt };

    public static ResourceWrite Write(StoredResource resource, Expect expect = Expect.Anything, long version = 0) =>
        new() { Key = resource.Key, Type = resource.Type, Resource = resource, Expect = expect, ExpectedVersion = version };

    public static ResourceWrite Removal(string key, Expect expect = Expect.Anything, long version = 0) =>
        new() { Key = key, Type = Type, Resource = null, Expect = expect, ExpectedVersion = version };

    public static Commit Commit(params ResourceWrite[] writes) => new() { Resources = writes };

    public static StoredOperation Operation(string id, OperationStatus status = OperationStatus.Running, DateTimeOffset? startedAt = null) => new()
    {
        Id = id,
        Kind = "provision",
        ResourceKey = "/a",
        ResourceId = "/A",
        Status = status,
        StartedAt = startedAt ?? Time,
        Caller = "caller",
        CorrelationId = "correlation",
    };

    public static ActivityRow Activity(string resourceId, DateTimeOffset? time = null, string status = "Succeeded") => new()
    {
        Time = time ?? Time,
        Operation = "test.provider/things/write",
        ResourceId = resourceId,
        Caller = "caller",
        CorrelationId = "correlation",
        Status = status,
    };

    public static UsageRow Usage(int number, DateTimeOffset? time = null) => new()
    {
        Id = new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Time = time ?? Time,
        Account = "/accounts/a",
        Project = "/projects/p",
        Caller = "key1",
        Operation = "chat.completions",
        Deployment = "chat",
        Model = "model",
        TokensIn = 10,
        TokensOut = 20,
        LatencyMilliseconds = 30,
        Status = 200,
    };
}
