using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atrium.Storage.Blobs;

/// <summary>How documents are kept in rows.</summary>
internal static class Documents
{
    public static byte[] Write(StoredBlob blob) => JsonSerializer.SerializeToUtf8Bytes(blob, DocumentJson.Default.StoredBlob);

    public static byte[] Write(StoredContainer container) => JsonSerializer.SerializeToUtf8Bytes(container, DocumentJson.Default.StoredContainer);

    public static byte[] Write(ServiceSettings settings) => JsonSerializer.SerializeToUtf8Bytes(settings, DocumentJson.Default.ServiceSettings);

    public static byte[] Write(StoredBlock block) => JsonSerializer.SerializeToUtf8Bytes(block, DocumentJson.Default.StoredBlock);

    public static StoredBlob ReadBlob(byte[] value, long snapshot) => JsonSerializer.Deserialize(value, DocumentJson.Default.StoredBlob)! with { Snapshot = snapshot };

    public static StoredContainer ReadContainer(byte[] value) => JsonSerializer.Deserialize(value, DocumentJson.Default.StoredContainer)!;

    public static ServiceSettings ReadSettings(byte[] value) => JsonSerializer.Deserialize(value, DocumentJson.Default.ServiceSettings)!;

    public static StoredBlock ReadBlock(byte[] value) => JsonSerializer.Deserialize(value, DocumentJson.Default.StoredBlock)!;
}

/// <summary>Values that say nothing are left out: there are many rows.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredBlob))]
[JsonSerializable(typeof(StoredContainer))]
[JsonSerializable(typeof(ServiceSettings))]
[JsonSerializable(typeof(StoredBlock))]
internal sealed partial class DocumentJson : JsonSerializerContext;
