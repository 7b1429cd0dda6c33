using Atrium.Server.Registry.Images;
using CsCheck;

namespace Atrium.Server.Tests.Registry;

/// <summary>Paths, names, tags and digests of the distribution API.</summary>
public sealed class ImageNamesTests
{
    [Theory]
    [InlineData("app/manifests/v1", "app", "Manifest", "v1")]
    [InlineData("a/b/c/blobs/sha256:ab", "a/b/c", "Blob", "sha256:ab")]
    [InlineData("app/blobs/uploads", "app", "Uploads", "")]
    [InlineData("app/blobs/uploads/", "app", "Uploads", "")]
    [InlineData("app/blobs/uploads/x", "app", "Upload", "x")]
    [InlineData("app/tags/list", "app", "Tags", "")]
    [InlineData("a/manifests/b/manifests/v1", "a/manifests/b", "Manifest", "v1")]
    [InlineData("a/referrers/sha256:ab", "a", "Referrers", "sha256:ab")]
    public void A_path_is_taken_apart_from_its_end(string path, string name, string endpoint, string reference)
    {
        Assert.True(ImagePath.TryParse(path, out var parsed));
        Assert.Equal((name, endpoint, reference), (parsed.Name, parsed.Endpoint.ToString(), parsed.Reference));
    }

    [Theory]
    [InlineData("")]
    [InlineData("app")]
    [InlineData("manifests/v1")]
    [InlineData("tags/list")]
    [InlineData("app/manifests/")]
    [InlineData("app/manifestsv1")]
    public void What_is_no_path_is_none(string path) => Assert.False(ImagePath.TryParse(path, out _));

    [Theory]
    [InlineData("app", true)]
    [InlineData("a/b-c/d__e.f", true)]
    [InlineData("A", false)]
    [InlineData("a//b", false)]
    [InlineData("a/", false)]
    [InlineData("-a", false)]
    [InlineData("a..b", false)]
    [InlineData("a!b", false)]
    [InlineData("a\n", false)]
    public void Names_are_as_published(string name, bool isName) => Assert.Equal(isName, RepositoryName.TryParse(name, out _));

    [Fact]
    public void A_tag_comes_back_from_its_segment_and_keeps_the_order_of_bytes() => Gen.Select(Tag, Tag).Sample((one, other) =>
    {
        var (first, second) = (TagName.ToSegment(one), TagName.ToSegment(other));
        return TagName.OfSegment(first) == one && !first.Any(char.IsAsciiLetterUpper)
            && Math.Sign(string.CompareOrdinal(one, other)) == Math.Sign(string.CompareOrdinal(first, second));
    });

    [Theory]
    [InlineData("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", true)]
    [InlineData("sha256:44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A", false)]
    [InlineData("sha256:44", false)]
    [InlineData("md5:44136fa355b3678a1146ad16f7e8649e", false)]
    [InlineData("../../etc/passwd", false)]
    public void Digests_are_as_published(string text, bool isDigest) => Assert.Equal(isDigest, Digest.TryParse(text, out _));

    [Fact]
    public void No_bytes_make_the_manifest_reader_fail() => Gen.Byte.Array[0, 300].Sample(bytes => ManifestReader.Read(bytes, null, out _) is null);

    private static Gen<string> Tag => Gen.Char["abzABZ019_.-"].Array[1, 12].Select(letters => new string(letters)).Where(TagName.IsTag);
}
