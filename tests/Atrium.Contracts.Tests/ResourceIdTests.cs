using CsCheck;

namespace Atrium.Contracts.Tests;

public sealed class ResourceIdTests
{
    private static readonly Gen<string> Name = Gen.Char["abcXYZ019-_.()é"].Array[1, 12].Select(c => new string(c)).Where(n => n is not ("." or ".."));

    private static readonly Gen<ResourceId> Id =
        from subscription in Name
        from names in Name.Array[0, 5]
        from extension in Gen.Bool
        select Build(subscription, names, extension);

    [Fact]
    public void Printed_id_reads_back_equal_with_the_same_parts() => Id.Sample(id =>
    {
        var again = ResourceId.Parse(id.Text);
        Assert.Equal(id, again);
        Assert.Equal(id.Text, again.Text);
        Assert.Equal(id.Type, again.Type);
        Assert.Equal(id.Name, again.Name);
        Assert.Equal(id.SelfAndAncestors().Select(a => a.Text), again.SelfAndAncestors().Select(a => a.Text));
    });

    [Fact]
    public void Ids_compare_without_case_and_print_as_written() => Id.Sample(id =>
    {
        var shouted = ResourceId.Parse(id.Text.Replace('a', 'A').Replace('X', 'x'));
        Assert.Equal(id, shouted);
        Assert.Equal(id.GetHashCode(), shouted.GetHashCode());
        Assert.True(shouted.Contains(id));
    });

    [Fact]
    public void Every_ancestor_contains_the_id_and_no_descendant_does() => Id.Sample(id =>
    {
        foreach (var ancestor in id.SelfAndAncestors().Skip(1))
        {
            Assert.True(ancestor.Contains(id));
            Assert.False(id.Contains(ancestor));
        }
    });

    [Fact]
    public void Any_text_is_read_or_refused_with_a_reason() =>
        Gen.Char["/abc.providersubtionG%?#\\<>\0 "].Array[0, 60].Select(c => new string(c)).Sample(text =>
        {
            if (ResourceId.TryParse(text, out var id, out var error))
            {
                Assert.Equal(text, id.Text);
            }
            else
            {
                Assert.NotEqual("", error);
            }
        });

    [Theory]
    [InlineData("")]
    [InlineData("subscriptions/s")]
    [InlineData("/subscriptions")]
    [InlineData("/subscriptions/s/")]
    [InlineData("/subscriptions//resourceGroups/g")]
    [InlineData("/subscriptions/s/resourceGroups")]
    [InlineData("/subscriptions/s/workspaces/w")]
    [InlineData("/subscriptions/s/providers/Microsoft.X")]
    [InlineData("/subscriptions/s/providers/Microsoft.X/t")]
    [InlineData("/subscriptions/s/resourceGroups/../providers/Microsoft.X/t/n")]
    [InlineData("/subscriptions/s/resourceGroups/g%2Fh")]
    [InlineData("/tenants/t")]
    public void Broken_ids_are_refused(string text) => Assert.False(ResourceId.TryParse(text, out _, out _));

    [Fact]
    public void A_sibling_whose_name_begins_alike_is_not_contained()
    {
        var project = ResourceId.Parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.X/t/one");
        Assert.False(project.Contains(ResourceId.Parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.X/t/one2/c/d")));
    }

    [Fact]
    public void An_extension_has_the_resource_it_hangs_on_as_parent()
    {
        var id = ResourceId.Parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.X/t/n/providers/Microsoft.Authorization/locks/l");
        Assert.True(id.IsExtension);
        Assert.Equal("Microsoft.Authorization/locks", id.Type);
        Assert.Equal("/subscriptions/s/resourceGroups/g/providers/Microsoft.X/t/n", id.Parent!.Text);
        Assert.Equal("g", id.ResourceGroup!.Name);
    }

    [Theory]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.X/ts", "Microsoft.X/ts", "/subscriptions/s/resourceGroups/g")]
    [InlineData("/subscriptions/s/resourceGroups", "resourceGroups", "/subscriptions/s")]
    [InlineData("/subscriptions", "subscriptions", "/")]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.X/t/n/listKeys", "listKeys", "/subscriptions/s/resourceGroups/g/providers/Microsoft.X/t/n")]
    public void A_path_may_end_with_a_collection_or_an_action(string text, string tail, string id)
    {
        Assert.True(ResourcePath.TryParse(text, out var path, out _));
        Assert.Equal(tail, path.Tail);
        Assert.Equal(id, path.Id.Text);
    }

    private static ResourceId Build(string subscription, string[] names, bool extension)
    {
        var id = ResourceId.OfSubscription(subscription);
        for (var i = 0; i < names.Length; i++)
        {
            id = i switch { 0 => id.Group(names[i]), 1 => id.Resource("Microsoft.X/things", names[i]), _ => id.Child("parts", names[i]) };
        }

        return extension ? id.Resource("Microsoft.Authorization/locks", "lock") : id;
    }
}
