using Atrium.Inference.Llama;
using Atrium.Inference.Packages;

[assembly: AssemblyFixture(typeof(Atrium.Inference.Tests.Llama.LlamaLibraries))]

namespace Atrium.Inference.Tests.Llama;

/// <summary>The llama.cpp libraries, pulled once into the cache that the program uses too.</summary>
public sealed class LlamaLibraries : IAsyncLifetime
{
    private static string? _folder;
    private static string _reason = "The llama.cpp libraries of the package are for Linux.";

    /// <summary>Their folder. Skips the test where they cannot be had.</summary>
    public static string Folder
    {
        get
        {
            Assert.SkipWhen(_folder is null, _reason);
            return _folder!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var store = new ModelPackageStore(ModelCache.Folder, null, TimeProvider.System);
        try
        {
            await store.PullAsync([ModelPackages.LlamaCpp], null, CancellationToken.None);
            _folder = LlamaOptions.LibraryFolderIn(store.FolderOf(ModelPackages.LlamaCpp));
        }
        catch (ModelPackageException missing)
        {
            _reason = missing.Message;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
