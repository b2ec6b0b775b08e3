"""Amazon's words in the languages it writes reports in, each mapped to our one word for it.

Amazon translates the headings of a report at its own discretion, also where English ones were
asked for.  They were gathered from public code that copes with them, and from
amzn/selling-partner-api-models issue 4140.  Where those sources disagree, the meaning taken here
follows the position of the column: 在庫数 is pending-quantity (数量 is quantity), "Estado del
producto" is the condition ("estado" is the status), 商品备注 is the note.

Cells have been seen in English only, even under Japanese headings; their translations are a
precaution.
"""

from __future__ import annotations

from amzsync.core.model import Condition, Fulfillment, ListingStatus

HEADINGS: dict[str, tuple[str, ...]] = {
    "seller-sku": (
        "sku", "Händler-SKU", "sku-vendeur", "SKU venditore", "SKU del vendedor",
        "sku-sprzedawcy", "出品者SKU", "卖家 SKU", "sku-البائع",
    ),
    "asin1": ("asin", "ASIN 1"),
    "item-name": (
        "product-name", "Artikelbezeichnung", "nom-produit", "Nome dell'articolo",
        "Título del producto", "nazwa-produktu", "商品名", "商品名称", "اسم-المنتج",
    ),
    "item-description": (
        "Artikelbeschreibung", "description-article", "Descrizione dell'articolo",
        "Descripción del producto", "opis-produktu", "商品の説明", "商品描述", "وصف-المنتج",
    ),
    "listing-id": (
        "Angebotsnummer", "id-offre", "Numero offerta", "Identificador del listing",
        "identyfikator-oferty", "出品ID", "رقم-العرض",
    ),
    "price": ("your-price", "Preis", "prix", "Prezzo", "Precio", "cena", "価格", "价格", "السعر"),
    "quantity": ("Menge", "quantité", "Quantità", "Cantidad", "ilość", "数量", "الكمية"),
    "open-date": (
        "Erstellungsdatum", "date-ouverture", "Data di creazione", "Fecha de creación",
        "data-otwarcia", "出品日", "开售日期", "تاريخ-مفتوح",
    ),
    "item-is-marketplace": (
        "Artikel ist Marketplace-Angebot", "Articolo per la vendita", "Producto para vender",
        "produkt-jest-(na)rynku", "是否为商城中的商品",
    ),
    "product-id-type": (
        "Produkt-ID-Typ", "type-id-produit", "Tipo di identificativo del prodotto",
        "Tipo de identificador de producto", "typ-identyfikatora-produktu", "商品IDタイプ",
        "商品编码类型", "نوع-رقم-المنتج",
    ),
    "item-note": (
        "Anmerkung zum Artikel", "note-état-article", "Note sull'articolo",
        "Nota sobre el producto", "uwaga-o-produkcie", "コンディション説明", "商品备注",
        "ملاحظة-المنتج",
    ),
    "item-condition": (
        "condition", "condition-type", "Artikelzustand", "état-produit",
        "Condizione dell'articolo", "Estado del producto", "stan-produktu", "コンディション",
        "商品状况", "حالة-المنتج",
    ),
    "will-ship-internationally": (
        "Internationaler Versand", "expédition-international", "Spedizione internazionale",
        "Envío internacional", "wysyłka-międzynarodowa", "国外へ配送可", "国际配送",
    ),
    "expedited-shipping": (
        "Expressversand", "livraison-express", "Spedizione Express", "Envío urgente",
        "przyspieszona-wysyłka", "迅速な配送", "加急配送", "شحن-مستعجل",
    ),
    "product-id": (
        "Produkt-ID", "id-produit", "Identificativo del prodotto", "Identificador del producto",
        "identyfikator-produktu", "商品ID", "商品编码", "رقم-المنتج",
    ),
    "add-delete": (
        "Aggiungi o elimina", "Añadir o eliminar", "dodaj-usuń", "添加-删除", "إضافة-حذف",
    ),
    "pending-quantity": (
        "Anzahl Bestellungen", "Quantità in sospeso", "Cantidad pendiente", "ilość-oczekująca",
        "在庫数", "等待购买数量", "كمية-منتظرة",
    ),
    "fulfillment-channel": (
        "fulfilment-channel", "fulfilled-by", "Versender", "canal-traitement",
        "Canale di gestione", "Canal de gestión logística", "kanał-realizacji",
        "フルフィルメント・チャンネル", "配送渠道", "قناة-الشحن",
    ),
    "merchant-shipping-group": (
        "Händlerversandgruppe", "groupe-expédition-vendeur", "gruppo-spedizione-venditore",
        "grupa-wysyłki-sprzedawcy", "卖家配送组",
    ),
    "status": ("état", "stato", "estado", "durum", "ステータス", "状态", "الحالة"),
    "business-price": ("法人価格",),
}  # fmt: skip
"""Our heading -> what else it is called.  Turkish headings are English ones with a gloss added."""

IGNORED_HEADINGS: tuple[str, ...] = ("Deprecated column", "Columna en desuso", "不适用项目")
"""Headings of columns that Amazon has emptied."""

STATUSES: dict[str, tuple[str, ...]] = {
    ListingStatus.ACTIVE: (
        "active", "aktiv", "actif", "attivo", "activo", "ativo", "aktywny", "aktywna", "aktywne",
        "aktif", "actief", "アクティブ", "نشط",
    ),
    ListingStatus.INACTIVE: (
        "inactive", "inaktiv", "inactif", "inattivo", "non attivo", "inactivo", "inativo",
        "nieaktywny", "nieaktywna", "nieaktywne", "inactief", "非アクティブ", "غير نشط",
    ),
    ListingStatus.INCOMPLETE: (
        "incomplete", "unvollständig", "incomplet", "incompleto", "niekompletny", "niekompletna",
        "niekompletne", "onvolledig",
    ),
    ListingStatus.DELETED: ("deleted", "gelöscht", "supprimé", "eliminato", "eliminado"),
}  # fmt: skip

MERCHANT_CHANNELS: tuple[str, ...] = (
    "default", "merchant", "mfn", "fbm", "seller", "händler", "verkäufer", "marchand", "vendeur",
    "venditore", "vendedor", "sprzedawca", "satıcı", "出品者", "卖家", "البائع",
)  # fmt: skip

AMAZON_CHANNELS: tuple[str, ...] = ("amazon", "afn", "fba", "アマゾン", "亚马逊")
"""Whatever begins with "amazon" belongs to them too: AMAZON_NA, AMAZON_EU, AMAZON_JP ..."""

CHANNELS: dict[str, Fulfillment] = {
    **dict.fromkeys(MERCHANT_CHANNELS, Fulfillment.MERCHANT),
    **dict.fromkeys(AMAZON_CHANNELS, Fulfillment.AMAZON),
}

CONDITION_CODES: dict[str, Condition] = {
    "1": Condition.USED_LIKE_NEW,
    "2": Condition.USED_VERY_GOOD,
    "3": Condition.USED_GOOD,
    "4": Condition.USED_ACCEPTABLE,
    "5": Condition.COLLECTIBLE_LIKE_NEW,
    "6": Condition.COLLECTIBLE_VERY_GOOD,
    "7": Condition.COLLECTIBLE_GOOD,
    "8": Condition.COLLECTIBLE_ACCEPTABLE,
    "10": Condition.REFURBISHED,
    "11": Condition.NEW,
}
"""item-condition of the listings reports.  No source tells what 9 is, so it stays as it came."""

CONDITION_WORDS: dict[str, Condition] = {
    **{each.value.replace("_", ""): each for each in Condition},
    "new": Condition.NEW,
    "refurbished": Condition.REFURBISHED,
}
"""Conditions as the inventory reports write them: letters only, without "item" at the end."""
