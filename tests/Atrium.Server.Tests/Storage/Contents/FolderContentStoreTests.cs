using Atrium.Server.Tests.Support;
using Atrium.Storage.Contents;

namespace Atrium.Server.Tests.Storage.Contents;

public sealed class FolderContentStoreTests : ContentStoreContractTests, IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override Task<IContentStore> OpenAsync() => Task.FromResult<IContentStore>(new FolderContentStore(folder.Path));
}
