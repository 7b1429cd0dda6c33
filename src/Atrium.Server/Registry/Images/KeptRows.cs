using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Registry.Images;

/// <summary>A row with the version it was read at.</summary>
internal sealed record Kept<T>(StoredResource Row, T Value);

/// <summary>Rows as they are read, and written under the version they were read at. Pure.</summary>
internal static class KeptRows
{
    public static Kept<T> Read<T>(StoredResource row, JsonTypeInfo<T> type) => new(row, JsonSerializer.Deserialize(row.Body, type)!);

    public static ResourceWrite Write<T>(ResourceId id, string typeName, StoredResource? before, T value, JsonTypeInfo<T> type, string? link = null)
    {
        var rowType = typeName.ToLowerInvariant();
        return new()
        {
            Key = id.Key,
            Type = rowType,
            Expect = before is null ? Expect.Nothing : Expect.SameVersion,
            ExpectedVersion = before?.Version ?? 0,
            Resource = new() { Key = id.Key, Id = id.Text, Type = rowType, Body = JsonSerializer.Serialize(value, type), Link = link },
        };
    }

    public static ResourceWrite Removal(StoredResource row) => new() { Key = row.Key, Type = row.Type, Expect = Expect.SameVersion, ExpectedVersion = row.Version };
}
