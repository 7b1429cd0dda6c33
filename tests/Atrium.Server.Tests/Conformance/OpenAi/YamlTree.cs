using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Atrium.Server.Tests.Conformance.OpenAi;

/// <summary>A YAML file as a JSON tree, its plain words read as YAML 1.2's core schema reads them.</summary>
internal static partial class YamlTree
{
    public static JsonObject Read(string path)
    {
        var yaml = new YamlStream();

        // The reader takes no literal block that begins with a line of spaces; in the tree such a line is an empty one.
        yaml.Load(new StringReader(LineOfSpaces().Replace(File.ReadAllText(path), "")));
        return ToJson(yaml.Documents[0].RootNode)!.AsObject();
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var word } => Plain(word),
        YamlScalarNode { Value: var text } => text,
        _ => throw new InvalidDataException($"{node.NodeType} is not expected."),
    };

    private static JsonNode? Plain(string? word) => word switch
    {
        null or "" or "~" or "null" => null,
        "true" => true,
        "false" => false,
        _ when long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => word,
    };

    [GeneratedRegex("^ +$", RegexOptions.Multiline)]
    private static partial Regex LineOfSpaces();
}
