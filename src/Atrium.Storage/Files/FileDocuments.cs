using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atrium.Storage.Files;

/// <summary>How documents about shares are kept in rows.</summary>
internal static class FileDocuments
{
    public static byte[] Write(StoredShare share) => JsonSerializer.SerializeToUtf8Bytes(share, FileJson.Default.StoredShare);

    public static byte[] Write(StoredFile file) => JsonSerializer.SerializeToUtf8Bytes(file, FileJson.Default.StoredFile);

    public static byte[] Write(FileSettings settings) => JsonSerializer.SerializeToUtf8Bytes(settings, FileJson.Default.FileSettings);

    public static StoredShare ReadShare(byte[] value) => JsonSerializer.Deserialize(value, FileJson.Default.StoredShare)!;

    public static StoredFile ReadFile(byte[] value) => JsonSerializer.Deserialize(value, FileJson.Default.StoredFile)!;

    public static FileSettings ReadSettings(byte[] value) => JsonSerializer.Deserialize(value, FileJson.Default.FileSettings)!;
}

/// <summary>What an account's file service is told by its owner.</summary>
/// <param name="ShareRetentionDays">How long deleted shares can be had back; 0 where they go at once.</param>
/// <param name="Properties">The service's properties as they were set, in XML; null for the usual ones.</param>
public sealed record FileSettings(int ShareRetentionDays, string? Properties);

/// <summary>Values that say nothing are left out.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredShare))]
[JsonSerializable(typeof(StoredFile))]
[JsonSerializable(typeof(FileSettings))]
internal sealed partial class FileJson : JsonSerializerContext;
