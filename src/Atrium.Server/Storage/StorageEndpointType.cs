using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Storage;

/// <summary>Private endpoints that lead to a storage account.</summary>
internal sealed class StorageEndpointType() : EndpointConnectionType(StorageAccountType.TypeName, StorageAccountType.Versions);
