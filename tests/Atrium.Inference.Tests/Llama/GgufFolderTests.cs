using Atrium.Inference.Llama;
using Atrium.Testing;

namespace Atrium.Inference.Tests.Llama;

public sealed class GgufFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atrium-gguf").FullName;

    [Fact]
    public void Good_file_is_listed_with_what_it_says_of_itself()
    {
        Put("tiny.gguf", GgufReaderTests.Small());

        var entry = Assert.Single(GgufFolder.Scan(_folder));

        Assert.Equal(("tiny", "llama", "Tiny", 128, true, null), (entry.Name, entry.Architecture, entry.Title, entry.ContextTokens, entry.HasChatTemplate, entry.Problem));
        Assert.Equal(GgufReaderTests.Small().Length, entry.Bytes);
    }

    [Fact]
    public void Bad_files_are_listed_with_their_problem_beside_the_good_ones()
    {
        Put("a-empty.gguf", []);
        Put("b-text.gguf", [.. Enumerable.Repeat((byte)'x', 100)]);
        Put("c-good.GGUF", GgufReaderTests.Small());
        Put("d-embedder.gguf", GgufReaderTests.Small("nomic-bert"));
        Put("notes.txt", [1]);

        Assert.Equal(
            [("a-empty", false), ("b-text", false), ("c-good", true), ("d-embedder", false)],
            GgufFolder.Scan(_folder).Select(entry => (entry.Name, entry.Problem is null)));
        Assert.Contains("'nomic-bert'", GgufFolder.Scan(_folder)[3].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_is_listed_as_one_and_one_of_another_type_with_its_problem()
    {
        RandomModel.WriteAdapter(Path.Combine(_folder, "lora.gguf"), 1);
        var other = new GgufWriter();
        other.Text("general.type", "adapter");
        other.Text("general.architecture", "llama");
        other.Text("adapter.type", "prefix");
        other.Save(Path.Combine(_folder, "prefix.gguf"));

        Assert.Equal(
            [("lora", true, null), ("prefix", true, "it is an adapter of type 'prefix' (adapter.type); only lora is read")],
            GgufFolder.Scan(_folder).Select(entry => (entry.Name, entry.IsAdapter, entry.Problem)));
    }

    [Fact]
    public void Model_in_several_files_is_one_entry_and_says_which_part_is_missing()
    {
        Put("big-00001-of-00003.gguf", GgufReaderTests.Small());
        Put("big-00003-of-00003.gguf", GgufReaderTests.Small());

        var entry = Assert.Single(GgufFolder.Scan(_folder));
        Assert.Equal("big", entry.Name);
        Assert.Contains("big-00002-of-00003.gguf", entry.Problem, StringComparison.Ordinal);

        Put("big-00002-of-00003.gguf", GgufReaderTests.Small());
        entry = Assert.Single(GgufFolder.Scan(_folder));
        Assert.Null(entry.Problem);
        Assert.Equal(3 * GgufReaderTests.Small().Length, entry.Bytes);
    }

    [Fact]
    public void Second_file_of_the_same_name_is_listed_with_that_problem()
    {
        Put("tiny.gguf", GgufReaderTests.Small());
        Put("deeper/tiny.gguf", GgufReaderTests.Small());

        var entries = GgufFolder.Scan(_folder);

        Assert.Equal(2, entries.Count);
        Assert.Single(entries, entry => entry.Problem is null);
    }

    [Fact]
    public void Missing_folder_has_no_models() => Assert.Empty(GgufFolder.Scan(Path.Combine(_folder, "none")));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Put(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
